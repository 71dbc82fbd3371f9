// Faults of starting: admission, scheduling, images, references, commands.
import { crash, main } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { set } from './tree.ts';

export const START_FAULTS_3: readonly Fault[] = [
  {
    kind: 'read-only root file system',
    family: 'command',
    bring: (c) => {
      const app = c.victim();
      set(main(app), 'securityContext', { readOnlyRootFilesystem: true });
      crash(c, app, 1, [], 'Error', 'open /tmp/app.pid: read-only file system');
      c.logs.push({ entity: app.object, level: 'error', message: 'fatal: open /tmp/app.pid: read-only file system' });
      return truth(app.object, 'read-only-file-system');
    },
  },
];
