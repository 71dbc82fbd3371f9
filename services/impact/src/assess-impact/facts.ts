// What the verdict on a change is made from. JSON, so that it can be decided again from the record.
import type { Reach, RepoModel } from '@awo/contracts';

export type ImpactFacts = {
  repo: string;
  reach: Reach;
  /** Of the model only what the verdict needs. */
  units: { id: string; name: string }[];
  services: { name: string; unit: string }[];
  suites: { id: string; unit: string }[];
};

export const factsOf = (repo: string, reach: Reach, model: Pick<RepoModel, 'units' | 'services' | 'suites'>): ImpactFacts => ({
  repo,
  reach,
  units: model.units.map(({ id, name }) => ({ id, name })),
  services: model.services.map(({ name, unit }) => ({ name, unit })),
  suites: model.suites.map(({ id, unit }) => ({ id, unit })),
});
