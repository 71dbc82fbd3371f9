// A disk that remembers which writes and which names were synced, so that a power cut can be made of what was not. No I/O.

/** A write or a cut, and the place in the recording at which it had happened. */
type Change = { at: number; offset: number; data: Buffer } | { at: number; size: number };

export type FileNode = { kind: 'file'; synced: Buffer; pending: Change[] };
export type FolderNode = { kind: 'folder'; synced: Map<string, Node>; pending: NameChange[]; now: Map<string, Node> };
export type Node = FileNode | FolderNode;
/** `node` null: the name was taken away. */
type NameChange = { at: number; folder: FolderNode; name: string; node: Node | null };

/**
 * Which names outlast the cut.
 * `journal`: a file system that writes changes of names in order, and with every sync all those before it (ext4, XFS, APFS).
 * `posix`: only those of a folder that was synced itself: what the standard promises and not a word more.
 */
export type NameRule = 'journal' | 'posix';

export const newFile = (content: Buffer = Buffer.alloc(0)): FileNode => ({ kind: 'file', synced: content, pending: [] });
export const newFolder = (): FolderNode => ({ kind: 'folder', synced: new Map(), pending: [], now: new Map() });

function applied(content: Buffer, changes: readonly Change[]): Buffer {
  return changes.reduce((before, change) => {
    if ('size' in change) return Buffer.concat([before.subarray(0, change.size), Buffer.alloc(Math.max(0, change.size - before.length))]);
    const after = Buffer.alloc(Math.max(before.length, change.offset + change.data.length));
    before.copy(after);
    change.data.copy(after, change.offset);
    return after;
  }, content);
}

/** What the process saw last. */
export const contentNow = (file: FileNode): Buffer => applied(file.synced, file.pending);
export const sizeNow = (file: FileNode): number =>
  file.pending.reduce((size, c) => ('size' in c ? c.size : Math.max(size, c.offset + c.data.length)), file.synced.length);

export type Disk = {
  root: FolderNode;
  change: (file: FileNode, change: Change) => void;
  rename: (at: number, folder: FolderNode, name: string, node: Node | null) => void;
  /** What had happened before `begun` is on the disk for good. */
  sync: (node: Node, begun: number) => void;
  /** The power is cut: what is left of each folder and file. Gives how many changes were lost. */
  cut: (options: CutOptions) => number;
};

type CutOptions = {
  /** How many of the unsynced changes survive all the same, from 0 (none) to 1: a real cut takes some and leaves some. */
  share: number;
  random: () => number;
};

const PAGE = 4096;

export function newDisk(root: FolderNode, rule: NameRule): Disk {
  /** Changes of names not yet on the disk, in order. */
  let names: NameChange[] = [];
  const settleNames = (keep: (change: NameChange) => boolean) => {
    for (const change of names.filter(keep)) setName(change.folder.synced, change.name, change.node);
    names = names.filter((change) => !keep(change));
  };
  return {
    root,
    change: (file, change) => void file.pending.push(change),
    rename: (at, folder, name, node) => {
      setName(folder.now, name, node);
      names.push({ at, folder, name, node });
    },
    sync: (node, begun) => {
      if (node.kind === 'file') {
        node.synced = applied(
          node.synced,
          node.pending.filter((c) => c.at < begun),
        );
        node.pending = node.pending.filter((c) => c.at >= begun);
      }
      settleNames((c) => c.at < begun && (rule === 'journal' || c.folder === node));
    },
    cut: ({ share, random }) => {
      // In order: a later change of names never survives an earlier one of the same folder.
      const lost = new Set<FolderNode | null>();
      const place = (c: NameChange) => (rule === 'journal' ? null : c.folder);
      settleNames((c) => {
        if (!lost.has(place(c)) && random() >= share) lost.add(place(c));
        return !lost.has(place(c));
      });
      let gone = names.length;
      for (const file of filesOf(root)) {
        const pages = file.pending.flatMap((c) => ('size' in c ? [c] : pagesOf(c)));
        const left = pages.filter(() => random() < share);
        gone += pages.length - left.length;
        file.synced = applied(file.synced, left);
        file.pending = [];
      }
      return gone;
    },
  };
}

function setName(names: Map<string, Node>, name: string, node: Node | null): void {
  if (node) names.set(name, node);
  else names.delete(name);
}

/** A write may be torn where a page ends. */
function pagesOf({ at, offset, data }: Extract<Change, { data: Buffer }>): Change[] {
  const pages: Change[] = [];
  for (let from = 0; from < data.length;) {
    const to = Math.min(data.length, (Math.floor((offset + from) / PAGE) + 1) * PAGE - offset);
    pages.push({ at, offset: offset + from, data: data.subarray(from, to) });
    from = to;
  }
  return pages;
}

function* filesOf(folder: FolderNode): Generator<FileNode> {
  for (const node of folder.synced.values()) {
    if (node.kind === 'file') yield node;
    else yield* filesOf(node);
  }
}
