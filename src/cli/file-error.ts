/** What can go wrong with files and folders, in words. */

/** What the operating system says, in words. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
      return "no such file or folder";
    case "EISDIR":
      return "this is a folder, not a file";
    case "ENOTDIR":
      return "a part of this path is a file, not a folder";
    case "EACCES":
    case "EPERM":
      return "this may not be read or written: permission denied";
    case "EEXIST":
      return "this exists already";
    case "ENOSPC":
      return "no space is left on the disk";
    default:
      return `this cannot be read or written (${code === "" ? String(error) : code})`;
  }
}
