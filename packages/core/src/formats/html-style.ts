/** The style sheet of the HTML report: system fonts, light and dark, nothing fetched. */

const palette = {
  light: `--paper:#f4f6f8;--surface:#fff;--raised:#fafbfc;--ink:#14202b;--soft:#51616f;--line:#dde4ea;--accent:#0a5a8a;
--critical:#9c1457;--high:#b42318;--medium:#8a5300;--low:#2b6190;--met:#176b4a;--blind:#6a4fb3;
--critical-fill:#b3186a;--high-fill:#dc4a38;--medium-fill:#e2a23b;--low-fill:#7fa9cf;--met-fill:#2b9a6c;--blind-fill:#8d76d6;
--critical-wash:#fbe9f2;--high-wash:#fdecea;--medium-wash:#fdf1dd;--low-wash:#e6f0f8;--met-wash:#e3f4ec;--blind-wash:#efeafb;--shade:rgb(20 32 43/.06)`,
  dark: `--paper:#0d141b;--surface:#151f29;--raised:#1a2631;--ink:#e7eef4;--soft:#9fb1c0;--line:#2a3845;--accent:#6cbcf0;
--critical:#ff8cc0;--high:#ff9b8f;--medium:#f2bd62;--low:#8cc4f2;--met:#6fd3a6;--blind:#bfa8ff;
--critical-fill:#e0559b;--high-fill:#e8705f;--medium-fill:#dca347;--low-fill:#5f93c2;--met-fill:#4bb488;--blind-fill:#9a83e0;
--critical-wash:#3c1429;--high-wash:#3d1915;--medium-wash:#35260d;--low-wash:#13293b;--met-wash:#10301f;--blind-wash:#251d3f;--shade:rgb(0 0 0/.35)`,
} as const;

export const style = `
:root{${palette.light};color-scheme:light}
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){${palette.dark};color-scheme:dark}}
:root[data-theme=dark]{${palette.dark};color-scheme:dark}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:4.5rem}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
code,.mono{font-family:ui-monospace,SFMono-Regular,"Cascadia Code",Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
h1,h2,h3,p,ul,ol,dl,dd,figure{margin:0;padding:0}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--surface);padding:.5rem 1rem;z-index:9}
.wrap{max-width:76rem;margin:0 auto;padding:0 1.5rem}
.hush{color:var(--soft)}
header.top{background:var(--surface);border-bottom:1px solid var(--line)}
.masthead{display:flex;gap:1.1rem;align-items:center;padding-block:1.6rem 1.4rem;flex-wrap:wrap}
.masthead svg{flex:none;color:var(--accent)}
.masthead h1{font-size:1.55rem;line-height:1.2;letter-spacing:-.015em;font-weight:680}
.masthead p{color:var(--soft);font-size:.94rem}
.masthead .grow{flex:1;min-width:16rem}
button,select,input{font:inherit;color:inherit}
button{cursor:pointer}
.quiet{background:none;border:1px solid var(--line);border-radius:8px;padding:.3rem .8rem;color:var(--soft);font-size:.88rem}
.quiet:hover{color:var(--ink);border-color:var(--soft)}
nav.bar{position:sticky;top:0;z-index:5;background:var(--surface);border-bottom:1px solid var(--line);box-shadow:0 2px 8px var(--shade)}
nav.bar ul{display:flex;gap:.2rem;list-style:none;overflow-x:auto;margin:0 -.7rem}
nav.bar a{display:block;white-space:nowrap;padding:.7rem;text-decoration:none;color:var(--soft);font-size:.93rem;font-weight:560}
nav.bar a:hover{color:var(--ink)}
nav.bar b{font-weight:600;color:var(--ink);margin-left:.25rem;font-variant-numeric:tabular-nums}
main.wrap{padding-block:1.8rem 4rem}
section,.pair{margin-top:2.6rem}main>section:first-child,.pair>section{margin-top:0}
h2{font-size:1.22rem;letter-spacing:-.01em;font-weight:660;margin-bottom:.15rem}
h2+p{color:var(--soft);font-size:.95rem;margin-bottom:1rem;max-width:60rem}
.card{background:var(--surface);border:1px solid var(--line);border-radius:12px}
.tiles{display:grid;grid-template-columns:1.05fr 1.7fr 1fr;gap:1rem}
.tile{padding:1.1rem 1.25rem}
.tile h2{font-size:.8rem;font-weight:620;color:var(--soft);text-transform:uppercase;letter-spacing:.055em}
.big{font-weight:680;line-height:1.15;letter-spacing:-.03em;font-variant-numeric:tabular-nums}
.big small{font-size:.98rem;font-weight:520;color:var(--soft);letter-spacing:0}
.tile p{font-size:.91rem;color:var(--soft);margin:0}.tile p.big{font-size:2.35rem;color:var(--ink);margin:.1rem 0 .25rem}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.2rem;list-style:none;font-size:.9rem;margin-top:.7rem}
.legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:3px;margin-right:.4rem;vertical-align:-.05rem}
.legend b,td.num,.num{font-variant-numeric:tabular-nums}
svg .track{fill:var(--line)}
.f-critical{fill:var(--critical-fill)}.f-high{fill:var(--high-fill)}.f-medium{fill:var(--medium-fill)}.f-low{fill:var(--low-fill)}.f-met{fill:var(--met-fill)}.f-blind{fill:var(--blind-fill)}
i.critical{background:var(--critical-fill)}i.high{background:var(--high-fill)}i.medium{background:var(--medium-fill)}i.low{background:var(--low-fill)}
.stack{display:block;width:100%;height:14px;border-radius:7px;margin-top:.75rem;background:var(--line)}
.chip{display:inline-block;border-radius:999px;padding:.06rem .62rem;font-size:.8rem;font-weight:620;white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis;vertical-align:bottom;color:var(--soft);background:var(--paper)}
.chip.critical{color:var(--critical);background:var(--critical-wash)}.chip.high{color:var(--high);background:var(--high-wash)}
.chip.medium{color:var(--medium);background:var(--medium-wash)}.chip.low{color:var(--low);background:var(--low-wash)}
.chip.met,.chip.pass{color:var(--met);background:var(--met-wash)}.chip.unknown,.chip.blind{color:var(--blind);background:var(--blind-wash)}
.acts{list-style:none;display:grid;grid-template-columns:minmax(0,1fr);gap:.75rem}
.act{display:grid;grid-template-columns:2.7rem minmax(0,1fr);padding:1.05rem 1.3rem 1.05rem .6rem}
.act>.no{font-size:1.12rem;font-weight:680;color:var(--soft);text-align:center;font-variant-numeric:tabular-nums;line-height:1.5}
.act h3{font-size:1.03rem;font-weight:640;line-height:1.4}
.where{display:flex;flex-wrap:wrap;gap:.25rem .7rem;align-items:center;margin:.3rem 0 .6rem;font-size:.91rem;color:var(--soft)}
.where code{color:var(--ink)}
dl.say{display:grid;grid-template-columns:3.6rem minmax(0,1fr);gap:.25rem .4rem;font-size:.95rem}
dl.say dt{color:var(--soft);font-size:.88rem;padding-top:.07rem}
.find{background:none;border:0;padding:0;color:var(--accent);text-align:left;text-decoration:underline;text-decoration-color:transparent;text-underline-offset:3px}
.find:hover{text-decoration-color:currentColor}
details{margin-top:.65rem;font-size:.91rem}
summary{cursor:pointer;color:var(--accent);width:fit-content}
pre{margin:.5rem 0 0;padding:.8rem 1rem;background:var(--paper);border:1px solid var(--line);border-radius:8px;overflow:auto;max-height:22rem;white-space:pre-wrap;font-size:.86rem;line-height:1.5;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.more{margin-top:.9rem;font-size:.93rem;color:var(--soft)}
.rows{list-style:none;overflow:hidden}
.rows>li{padding:.62rem 1.25rem;border-top:1px solid var(--line);display:grid;gap:.1rem 1rem;align-items:baseline}
.rows>li:first-child{border-top:0}
.rows ol{padding-left:1.4rem}
.practice>li{grid-template-columns:5.6rem minmax(0,1fr) 9rem minmax(0,17rem)}
.practice svg,.space svg{width:100%;height:9px;display:block;align-self:center}
.practice .say{font-size:.91rem;color:var(--soft)}
.count>li{grid-template-columns:4.5rem minmax(0,1fr)}
.count .num{text-align:right;font-weight:640}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.6rem}
.blindlist>li{grid-template-columns:minmax(0,1fr)}
.remedy{color:var(--accent);font-size:.94rem}
.rings{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}
.ring{display:flex;gap:1rem;padding:1rem 1.2rem;align-items:center}
.ring svg{flex:none}.ring>div{min-width:0}.ring h3{font-size:.97rem;font-weight:630;line-height:1.3}.ring p{font-size:.87rem;color:var(--soft)}
.space>li{grid-template-columns:minmax(6rem,14rem) 1fr 4rem}
.space .num{text-align:right;font-weight:620}
.tools{display:grid;grid-template-columns:minmax(13rem,2.2fr) repeat(5,minmax(7rem,1fr)) auto;gap:.6rem;padding:1rem 1.25rem;border-bottom:1px solid var(--line);align-items:end}
.tools label{font-size:.8rem;color:var(--soft);display:grid;gap:.18rem;font-weight:560}
.tools input,.tools select{width:100%;min-width:0;background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:.42rem .6rem;font-size:.93rem;font-weight:400;color:var(--ink);height:2.35rem}
.tools .quiet{height:2.35rem}
table{border-collapse:collapse;width:100%;font-size:.92rem;table-layout:fixed}
caption{text-align:left;padding:.65rem 1.25rem;color:var(--soft);font-size:.9rem}
th{text-align:left;font-weight:600;color:var(--soft);font-size:.84rem;border-bottom:1px solid var(--line);padding:0}
th button{background:none;border:0;padding:.45rem .7rem;font-weight:600;color:inherit;width:100%;text-align:left}
th button:hover{color:var(--ink)}th[aria-sort] button{color:var(--ink)}
th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
td{padding:.55rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
td:first-child,th:first-child button{padding-left:1.25rem}
tr.found{cursor:pointer}tr.found:hover td{background:var(--raised)}
tr.found .open{background:none;border:0;padding:0;text-align:left;font-weight:580;color:var(--ink)}
tr.detail>td{background:var(--raised);padding:.9rem 1.25rem 1.2rem}
tr.detail dl{display:grid;grid-template-columns:7.5rem minmax(0,1fr);gap:.35rem .8rem}tr.detail dt{color:var(--soft)}
.foot{padding:.8rem 1.25rem;display:flex;gap:.8rem;align-items:center}
footer.wrap{border-top:1px solid var(--line);padding-block:1.4rem 3rem;color:var(--soft);font-size:.9rem}
.banner{padding:.75rem 1.25rem;margin-bottom:1rem;border-left:5px solid var(--blind);background:var(--blind-wash);color:var(--ink)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(max-width:62rem){.tiles,.pair{grid-template-columns:minmax(0,1fr)}.tools{grid-template-columns:1fr 1fr}.practice>li{grid-template-columns:5.6rem minmax(0,1fr)}.practice svg,.practice .say{grid-column:2}}
.matrix{overflow-x:auto;padding:.4rem 1rem}.matrix table{table-layout:auto;width:auto;min-width:100%}.matrix th,.matrix td{padding:.35rem .7rem;text-align:left;white-space:nowrap}.matrix .num{text-align:right}.matrix thead th:nth-child(n+3){text-align:right}
@media(max-width:44rem){.wrap{padding-inline:1rem}.act{padding-left:.2rem}table:not(.matrix *),table:not(.matrix *)>caption,.found,.detail,.found td,.detail td{display:block}table:not(.matrix *)>thead{display:none}table:not(.matrix *) td{border:0;padding:.15rem 1.25rem}tr.found{border-bottom:1px solid var(--line);padding:.5rem 0}tr.detail dl{grid-template-columns:1fr}}
@media print{nav.bar,.tools,.foot,.quiet,.skip{display:none}body{background:#fff}.card{break-inside:avoid}}
`;
