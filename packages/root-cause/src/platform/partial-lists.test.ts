// What can be told where some kinds of objects were not listed, or where nobody wrote a log.
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { cartPod, evidence, hurt, main, template, value, type Change } from '../testing/state-changes.ts';

const causes = (change: Change): string[] => diagnose(evidence(change)).hypotheses.map((h) => `${h.entity} ${h.cause}`);
const notListed = (of: (entity: string) => object): void => void Object.assign(of('secret/cart-secret'), { kind: 'Unlisted' });

test('a secret in which a key is looked for is there, though secrets were not listed', () => {
  const found = causes((of) => {
    notListed(of);
    main(of)['env'] = value([{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'a' } } }]);
    hurt(of, 'Failed', `Error: couldn't find key a in Secret shop/keys`, 'Pending');
  });
  expect(found[0]).toBe('deployment/cart missing-secret-key');
  expect(found).not.toContain('deployment/cart missing-secret');
});

test('a pull secret that could not be read is why the pull was refused, though secrets were not listed', () => {
  const refused: Change = (of) => {
    notListed(of);
    hurt(of, 'Failed', 'Failed to pull image "example/cart:1.0": pull access denied, repository does not exist or may require authorization', 'Pending');
  };
  expect(causes(refused)[0]).toBe('deployment/cart incorrect-image-reference');
  const unread: Change = (of, put, say) => {
    refused(of, put, say);
    const said = {
      type: 'Warning',
      reason: 'FailedToRetrieveImagePullSecret',
      message: 'Unable to retrieve some image pull secrets (login); it may not succeed.',
    };
    of(cartPod)['events'] = value([...Object.values(of(cartPod)['events'] ?? {}), said]);
  };
  expect(causes(unread)[0]).toBe('deployment/cart missing-image-pull-secret');
});

const binding = (subject: object, role: string): object => ({
  entity: 'rolebinding/b',
  kind: 'RoleBinding',
  namespace: 'shop',
  metadata: { name: 'b' },
  roleRef: { kind: 'Role', name: role },
  subjects: [{ kind: 'ServiceAccount', name: 'runner', ...subject }],
});
const runs =
  (subject: object, role: string): Change =>
  (of, put) => {
    hurt(of);
    template(of)['serviceAccountName'] = value('runner');
    put(
      { entity: 'serviceaccount/runner', kind: 'ServiceAccount', namespace: 'shop', metadata: { name: 'runner' } },
      { entity: 'role/r', kind: 'Role', namespace: 'shop', metadata: { name: 'r' }, rules: [] },
      binding(subject, role),
    );
  };

test('who runs as an account is hurt by the binding of a role that is not there', () => {
  expect(causes(runs({ namespace: 'shop' }, 'gone'))[0]).toBe('rolebinding/b missing-role');
  expect(causes(runs({ namespace: 'shop' }, 'r'))).not.toContain('rolebinding/b missing-role');
});

test('an account of another namespace that is nobody is not the one that was meant', () => {
  expect(causes(runs({ namespace: 'other' }, 'r'))[0]).toBe('rolebinding/b role-not-bound');
  expect(causes(runs({ namespace: 'shop' }, 'r'))).not.toContain('rolebinding/b role-not-bound');
});
