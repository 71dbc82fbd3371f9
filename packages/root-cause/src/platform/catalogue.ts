// The catalogue of what can be wrong on a platform, each a comparison of what is declared, what refers to it and what is. Pure.
import type { Rule } from './finding.ts';
import { admissionRules, quotaRules, webhookRules } from './rules/admission.ts';
import { behindRules } from './rules/behind.ts';
import { bindingRules } from './rules/bindings.ts';
import { configFileRules } from './rules/config-files.ts';
import { configTextRules } from './rules/config-text.ts';
import { complaintRules } from './rules/complaints.ts';
import { crashRules } from './rules/crashes.ts';
import { customKindRules } from './rules/custom-kinds.ts';
import { danglingRules } from './rules/dangling.ts';
import { edgeLimitRules } from './rules/edge-limits.ts';
import { endingRules } from './rules/ending.ts';
import { environmentRules } from './rules/environment.ts';
import { flagRules } from './rules/flags.ts';
import { gatewayRules } from './rules/gateways.ts';
import { imageRules } from './rules/images.ts';
import { lastWordRules } from './rules/last-words.ts';
import { listeningRules } from './rules/listening.ts';
import { meshAccessRules } from './rules/mesh-access.ts';
import { meshRules } from './rules/mesh.ts';
import { nameRules } from './rules/names.ts';
import { nodeRules, systemRules } from './rules/nodes.ts';
import { probeRules } from './rules/probes.ts';
import { accessRules } from './rules/rbac.ts';
import { referenceRules } from './rules/references.ts';
import { placementRules, preemptionRules, schedulingRules } from './rules/scheduling.ts';
import { ingressRules, routeRules, serviceRules } from './rules/services.ts';
import { storageRules } from './rules/storage.ts';
import { templateWordRules } from './rules/template-words.ts';
import { variableRules } from './rules/variables.ts';
import { disruptionRules, namespaceRules, scalingRules, workloadRules } from './rules/workloads.ts';

export const CATALOGUE: readonly Rule[] = [
  imageRules,
  crashRules,
  probeRules,
  referenceRules,
  bindingRules,
  serviceRules,
  ingressRules,
  routeRules,
  behindRules,
  schedulingRules,
  placementRules,
  preemptionRules,
  quotaRules,
  admissionRules,
  webhookRules,
  nodeRules,
  systemRules,
  storageRules,
  environmentRules,
  configTextRules,
  configFileRules,
  workloadRules,
  scalingRules,
  disruptionRules,
  namespaceRules,
  nameRules,
  meshRules,
  meshAccessRules,
  lastWordRules,
  listeningRules,
  accessRules,
  gatewayRules,
  edgeLimitRules,
  endingRules,
  variableRules,
  templateWordRules,
  customKindRules,
  danglingRules,
  flagRules,
  complaintRules,
];
