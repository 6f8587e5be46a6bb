import { contract } from "../../../../../tests/store/contract.ts";
import { openMemoryStore } from "./memory.ts";

contract({ name: "node:sqlite", open: openMemoryStore });
