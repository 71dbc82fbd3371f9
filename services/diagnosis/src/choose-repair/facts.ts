// What the choice of a repair rests on.
import type { Explained, PastRepair, RepairKind, RepairPolicy, ServiceStatus } from '@awo/contracts';

export type Cause = Explained['hypotheses'][number];

export type ChooseFacts = {
  environment: string;
  service: string;
  attempt: number;
  /** When the incident began, milliseconds since 1970. */
  since: number;
  verdict: string;
  causes: Cause[];
  services: ServiceStatus[];
  tried: { kind: RepairKind; service: string; entity: string }[];
  past: PastRepair[];
  policy: Pick<RepairPolicy, 'confidence' | 'perIncident'>;
};
