// What else whoever releases has to know, one line each: what cannot be taken back, what breaks for others, what moved far, who owns it. Pure.
import type { ImpactReport } from '@awo/contracts';

/** Empty where nothing stands out. */
export function hintLines({ hints }: Pick<ImpactReport, 'hints'>): { head: string; text: string }[] {
  if (!hints) return [];
  const { reversibility, contracts, majors, fragile, owners } = hints;
  const more = (shown: number, all: number): string => (all > shown ? ` and ${all - shown} more` : '');
  return [
    ...(reversibility.reversible === 'yes'
      ? []
      : [{ head: reversibility.reversible === 'no' ? 'cannot be undone' : 'may not be undone', text: reversibility.because }]),
    ...contracts.slice(0, 5).map(({ kind, element, because, file, at }) => ({ head: 'breaks', text: `${element} (${kind}, ${at ?? file}): ${because}` })),
    ...(contracts.length > 5 ? [{ head: 'breaks', text: `${contracts.length - 5} more contracts` }] : []),
    ...(majors.length > 0
      ? [
          {
            head: 'major',
            text: `${majors
              .slice(0, 5)
              .map((one) => `${one.package} ${one.from} to ${one.to}`)
              .join(', ')}${more(5, majors.length)}`,
          },
        ]
      : []),
    ...fragile.slice(0, 3).map(({ file, failures, changes, ratio, mean }) => ({
      head: 'breaks often',
      text: `${file}: ${failures} of ${changes} changes were repaired by the next (${Math.round(ratio * 100)}%, others ${Math.round(mean * 100)}%)`,
    })),
    ...(owners.length > 0
      ? [
          {
            head: 'owners',
            text:
              owners
                .slice(0, 5)
                .map(({ owner, files }) => `${owner} (${files})`)
                .join(', ') + more(5, owners.length),
          },
        ]
      : []),
  ];
}
