/** What other packages may use: what scanners and bills of materials say of images. */
export { importers } from "./importers/index.ts";
export { joinImages } from "./join.ts";
export { readDocuments, type Documents } from "./read.ts";
export { readPurl } from "./purl.ts";
