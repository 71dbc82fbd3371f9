// The deploy agent: chooses how a change goes out, carries it out, takes it back.
import { defineAgent } from '@awo/agent';
import { applyRepair } from './apply-repair/act.ts';
import { decideApply } from './apply-repair/decide.ts';
import { gatherApply } from './apply-repair/gather.ts';
import type { AgentDefinition, StepContext } from '@awo/agent';
import { decideStrategy } from '@awo/strategy';
import { addRollout } from './choose-strategy/act.ts';
import { gatherStrategyFacts } from './choose-strategy/gather.ts';
import type { Releases } from './choose-strategy/history.ts';
import { finishRollout } from './promote/act.ts';
import { decidePromotion } from './promote/decide.ts';
import { gatherPromotionFacts } from './promote/gather.ts';
import { bringBack } from './restore/act.ts';
import { decideRestore } from './restore/decide.ts';
import { gatherRestoreFacts } from './restore/gather.ts';
import { setWeights } from './shift-traffic/act.ts';
import { decideShift } from './shift-traffic/decide.ts';
import { gatherShiftFacts } from './shift-traffic/gather.ts';
import { reportStart } from './start-revision/act.ts';
import { judgeStart } from './start-revision/decide.ts';
import { startRevision } from './start-revision/gather.ts';
import { takeBack } from './undo/act.ts';
import { decideUndo } from './undo/decide.ts';
import { gatherUndoFacts } from './undo/gather.ts';
import { undoRepair } from './undo-repair/act.ts';
import { decideUndoRepair } from './undo-repair/decide.ts';
import { gatherUndoRepair } from './undo-repair/gather.ts';

/** `releases` reads how earlier releases in an environment went. */
export const deploy = (releases: Releases): AgentDefinition =>
  defineAgent('deploy', {
    'choose-strategy': { gather: (context: StepContext) => gatherStrategyFacts(context, releases), decide: decideStrategy, act: addRollout },
    'start-revision': { gather: startRevision, decide: judgeStart, act: reportStart },
    'shift-traffic': { gather: gatherShiftFacts, decide: decideShift, act: setWeights },
    promote: { gather: gatherPromotionFacts, decide: decidePromotion, act: finishRollout },
    undo: { gather: gatherUndoFacts, decide: decideUndo, act: takeBack },
    restore: { gather: gatherRestoreFacts, decide: decideRestore, act: bringBack },
    'apply-repair': { gather: gatherApply, decide: decideApply, act: applyRepair },
    'undo-repair': { gather: gatherUndoRepair, decide: decideUndoRepair, act: undoRepair },
  });
