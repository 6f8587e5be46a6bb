/** Failed system calls: told from our own mistakes, and put into words. */

/** Whether the system said no, and not our own code. */
export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

export function isMissing(error: unknown): boolean {
  return isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

const words: { readonly [code: string]: string } = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "it does not exist",
  ELOOP: "its links lead in a circle",
  EIO: "it cannot be read",
  ENOTDIR: "it is no folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "its name is too long",
  ENOSPC: "there is no space left",
  EROFS: "it cannot be written to",
  ERR_FS_FILE_TOO_LARGE: "longer than 2 GiB",
};

/** Why a system call failed. Anything else is a mistake of ours and is thrown on. */
export function whyOf(error: unknown): string {
  if (!isSystemError(error)) throw error;
  return words[error.code] ?? `it cannot be read (${error.code})`;
}
