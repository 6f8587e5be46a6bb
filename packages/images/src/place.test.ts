/** Of the places that tools name, those are taken that tell something of a package's use. */
import { expect, test } from "vitest";
import { filesBelow, placesOf } from "./place.ts";

test.each([
  ["app/server", ["/app/server"]],
  ["./app/server", ["/app/server"]],
  ["/app/shop.jar", ["/app/shop.jar"]],
  ["app/shop.jar/BOOT-INF/lib/x.jar", ["/app/shop.jar", "/app/shop.jar/BOOT-INF/lib/x.jar"]],
  ["/opt/app.war/WEB-INF/lib/a.jar/b.jar", ["/opt/app.war", "/opt/app.war/WEB-INF/lib/a.jar/b.jar"]],
  ["/var/lib/dpkg/status", []],
  ["var/lib/dpkg/status.d/base", []],
  ["/lib/apk/db/installed", []],
  ["/usr/lib/apk/db/installed", []],
  ["/var/lib/rpm/Packages", []],
  ["/usr/lib/sysimage/rpm/rpmdb.sqlite", []],
  ["/usr/share/doc/zlib1g/copyright", []],
  ["/usr/share/documents/a", ["/usr/share/documents/a"]],
])("%s", (path, places) => expect(placesOf([path])).toEqual(places));

test("files told from a folder on lie in it, and nowhere where none is named", () => {
  const files = ["/etc/x", "six.py", "../../bin/six"];
  expect(filesBelow("/usr/lib/python3", files)).toEqual([
    "/etc/x",
    "/usr/lib/python3/six.py",
    "/usr/bin/six",
  ]);
  expect(filesBelow(undefined, files)).toEqual(["/etc/x"]);
});
