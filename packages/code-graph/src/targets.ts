// Where an import leads: files, or everything of a folder where the exact file cannot be known. Pure.

/** `folder` stands for all files below it that have the same owner as the folder. Made unique by a NUL, which no path can hold. */
export type Target = string;

export const folderTarget = (dir: string): Target => `\0${dir}`;
export const isFolder = (target: Target): boolean => target.startsWith('\0');
