// Numbers as people read them. Pure.

export const round = (n: number): number => (Number.isFinite(n) ? Number(n.toPrecision(3)) : n);
export const num = (n: number): string => (Number.isFinite(n) ? String(n >= 100 ? Math.round(n) : round(n)) : 'no end of');
export const percent = (ratio: number): string => `${Number.isFinite(ratio) ? round(ratio * 100) : 'more than 100'} %`;
export const seconds = (ms: number): string => (Number.isFinite(ms) ? `${Math.ceil(ms / 1000)} s` : 'no end');
