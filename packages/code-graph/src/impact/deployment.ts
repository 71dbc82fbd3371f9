// Files that shape how a service is built and run: Dockerfile, compose, Kubernetes, Helm, Terraform, CI. Which units they speak of. Pure.
import type { RepoModel } from '@awo/contracts';
import { basename } from '../classify.ts';
import { isUnder } from '../tree-index.ts';
import { escaped } from './implicit/detector.ts';
import type { FileVersions } from './file-change.ts';

export type DeploymentKind = 'image' | 'manifest' | 'ci';

const CI =
  /(^|\/)(\.github|\.circleci|\.buildkite|\.gitea)\/|(^|\/)(\.gitlab-ci[^/]*|\.travis|azure-pipelines[^/]*|bitbucket-pipelines|Jenkinsfile[^/]*|cloudbuild)(\.ya?ml)?$/;
const IMAGE = /(^|\/)((Docker|Container)file[^/]*|[^/]+\.(Docker|Container)file|\.dockerignore|Procfile)$/i;
const MANIFEST =
  /(^|\/)(docker-)?compose[^/]*\.ya?ml$|(^|\/)(k8s|kubernetes|manifests?|helm|charts?|deploy|deployment|infra|terraform|kustomize|argocd|overlays)\/.*\.(ya?ml|tpl|tf|tfvars|json)$|\.(tf|tfvars)$|(^|\/)(skaffold|fly|render|app|Chart|kustomization)\.(ya?ml|toml)$/;

export function deploymentKind(path: string, text: string): DeploymentKind | null {
  if (CI.test(path)) return 'ci';
  if (IMAGE.test(path)) return 'image';
  if (MANIFEST.test(path)) return 'manifest';
  return /\.ya?ml$/.test(path) && /^apiVersion:/m.test(text) && /^kind:/m.test(text) ? 'manifest' : null;
}

/** Units named by the path or by the part that changed; null where none is, so that it may be any. */
export function shapedUnits(
  { diff, before, after }: FileVersions,
  { units, services }: Pick<RepoModel, 'units' | 'services'>,
): { unit: string; why: string }[] | null {
  const changed = changedParts(before ?? '', after ?? '');
  const found = new Map<string, string>();
  for (const { id, name } of units) {
    if (id === '.') continue;
    const words = [id, basename(id), name, ...services.filter((service) => service.unit === id).map((service) => service.name)].filter(
      (word) => word.length >= 3,
    );
    const inPath = words.find((word) => new RegExp(`(^|[/._-])${escaped(word)}([/._-]|$)`).test(diff.path));
    const inText = words.find((word) => new RegExp(`(?<![\\w-])${escaped(word)}(?![\\w-])`).test(changed));
    if (inPath !== undefined || isUnder(diff.path, id)) found.set(id, `its path names ${inPath ?? id}`);
    else if (inText !== undefined) found.set(id, `the part that changed names ${inText}`);
  }
  return found.size > 0 ? [...found].map(([unit, why]) => ({ unit, why })) : null;
}

/** Documents and second-level blocks of the text that are not in the other version. */
function changedParts(before: string, after: string): string {
  const parts = (text: string): string[] => text.split(/^---\s*$|^(?= {0,2}["']?[\w-]+["']?:\s*$)|^(?=(?:resource|module|variable)\s)/m);
  const [old, now] = [new Set(parts(before)), new Set(parts(after))];
  return [...[...now].filter((part) => !old.has(part)), ...[...old].filter((part) => !now.has(part))].join('\n');
}
