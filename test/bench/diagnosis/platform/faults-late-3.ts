// Kinds of faults that were written down after the rules had been worked on, and measured before any of them was looked at.
import { dependentsSuffer } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { set } from './tree.ts';

export const LATE_FAULTS_3: readonly Fault[] = [
  {
    kind: 'network not to be had on a node',
    family: 'node',
    bring: (c) => {
      const on = c.random.pick(c.nodes);
      set(on, 'status.conditions', [
        { type: 'NetworkUnavailable', status: 'True', reason: 'NoRouteCreated', message: 'Node created without a route' },
        { type: 'Ready', status: 'True' },
      ]);
      return truth(on, 'node-network-unavailable');
    },
  },
  {
    kind: 'finalizer of something that is gone',
    family: 'scale',
    bring: (c) => {
      const app = c.victim();
      set(app.object, 'metadata.deletionTimestamp', '2026-06-01T07:00:00Z');
      set(app.object, 'metadata.finalizers', ['example.com/cleanup']);
      for (const pod of app.pods) c.drop(pod);
      app.pods = [];
      app.object['status'] = { observedGeneration: 3 };
      c.route(app);
      dependentsSuffer(c, app);
      return truth(app.object, 'finalizer-stuck');
    },
  },
];
