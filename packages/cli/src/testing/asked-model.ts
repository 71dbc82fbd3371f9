// A scripted model, and the context of a command in which it is asked.
import { scriptedModel, temporaryFolder } from '@awo/testing';
import type { Said, ScriptedModel } from '@awo/testing';
import { afterAll, beforeAll } from 'vitest';
import type { CliContext } from '../context.ts';

export type AskedModel = {
  says: (answer: Said) => void;
  /** `env` over the settings that configure it. */
  context: (env?: Record<string, string>) => CliContext;
};

/** For the tests of one file. It has a second and a half to answer. */
export function askedModel(): AskedModel {
  const home = temporaryFolder('model');
  let model: ScriptedModel;
  let said: Said;
  beforeAll(async () => void (model = await scriptedModel(() => said)));
  afterAll(async () => {
    await model.close();
    home.remove();
  });
  return {
    says: (answer) => void (said = answer),
    context: (env = {}) => {
      const settings = { AWO_HOME: home.path, AWO_MODEL: 'scripted', AWO_MODEL_URL: model.url, AWO_MODEL_MS_PER_CALL: '1500', ...env };
      return { env: settings, cwd: home.path, home: undefined, signal: new AbortController().signal } as Partial<CliContext> as CliContext;
    },
  };
}
