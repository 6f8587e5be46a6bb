/** What other packages may use: what scanners and bills of materials say of images. */
export { importers } from "./importers/index.ts";
export { isReport, joinReported, reportedIn } from "./reported.ts";
export { joinImages } from "./join.ts";
export { readDocuments, type Documents } from "./read.ts";
export { readPurl } from "./purl.ts";
export { catalogOf, uncatalogued, type Budget } from "./catalog/catalog.ts";
export { catalogers } from "./catalog/catalogers/index.ts";
export { folderTree } from "./catalog/folder.ts";
export type { Tree } from "./catalog/tree.ts";
export { sentList, type SentList } from "./list.ts";
export { billOf } from "./bill.ts";
