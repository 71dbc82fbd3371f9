// What test agents remember of suites, and what they say to each other when they share them.
import { SelectionAudits, ShareAnswer, ShareAsk, ShareOffer, SuiteRuns, subjects } from '@awo/contracts';
import type { Channel } from './channels.ts';

export const TEST_CHANNELS: readonly Channel[] = [
  {
    id: 'share-offer',
    address: subjects.shareOffer,
    description: 'Suites of a step that no test agent has begun. Said about once a second while there are any, so that agents that join later hear of them.',
    stream: null,
    message: ShareOffer,
    sentBy: 'test, the agent that holds the step',
    receivedBy: 'test, all of them',
  },
  {
    id: 'share-lead',
    address: subjects.shareLead('{share}'),
    description: 'Asks for one suite, says that it still runs, hands its result over or gives it back.',
    stream: null,
    message: ShareAsk,
    sentBy: 'test, an agent with free cores and memory',
    receivedBy: 'test, the agent that holds the step',
  },
  {
    id: 'share-answer',
    address: subjects.shareAnswer('{ask}'),
    description: 'The answer to a question on awo.share.lead.',
    stream: null,
    message: ShareAnswer,
    sentBy: 'test, the agent that holds the step',
    receivedBy: 'test, the agent that asked',
  },
  {
    id: 'suite-runs',
    address: subjects.history('tests', '{suite}'),
    description: 'What one suite of one repository did in its last runs: the order of the next run and `awo test flaky` go by it.',
    stream: 'HISTORY',
    message: SuiteRuns,
    sentBy: 'test',
    receivedBy: 'test, operator',
  },
  {
    id: 'selection-audits',
    address: subjects.history('audits', '{repository}'),
    description: 'What audits of the selections of one repository found: the planner widens by it, `awo test audit` states it.',
    stream: 'HISTORY',
    message: SelectionAudits,
    sentBy: 'test',
    receivedBy: 'planner, operator',
  },
];
