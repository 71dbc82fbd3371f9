// A change to the shop as a reader sees it: which text in which file becomes which. Pure.

export type Edit = { path: string; find: string; replace: string };

export type Change = {
  /** The branch or tag to release. */
  ref: string;
  subject: string;
  body: string;
  author: 'Ada' | 'Bo' | 'Cleo';
  /** True: goes to `main`, and later changes build on it. False: a branch of its own. */
  onMain: boolean;
  edits: Edit[];
};

/** The file with the edit in it. Throws where the text is not there exactly once, so that no change is quietly empty. */
export function edited(text: string, { path, find, replace }: Edit): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${path} has the text of an edit ${parts.length - 1} times instead of once: ${JSON.stringify(find.slice(0, 80))}`);
  return parts.join(replace);
}
