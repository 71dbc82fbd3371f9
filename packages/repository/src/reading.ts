// What each ecosystem's reader gives: packages, tool chains, services and suites before they are named and put together.
import type { Finding, Install, ServiceModel, Suite, Unit } from '@awo/contracts';
import type { SourceFile } from './snapshot.ts';

/** A directory with a manifest. */
export type Package = Pick<Unit, 'name' | 'kind' | 'manifest' | 'dependsOn'> & { dir: string };

/** How things in a directory and below it are installed and started. */
export type Toolchain = {
  dir: string;
  language: ServiceModel['language'];
  install: Install[];
  /** Python only: the interpreter that sees what was installed. */
  python?: string;
  /** Node only: turns `npm start` and binaries of packages into arguments. */
  manager?: 'npm' | 'pnpm' | 'yarn';
};

/** A service without its final name, health path and relations. */
export type ServiceDraft = Pick<ServiceModel, 'dir' | 'language' | 'install' | 'build' | 'start' | 'env' | 'at'> & {
  /** Possible names, best first. */
  names: string[];
  /** Files in which routes and variable names are looked for, nearest first. */
  sources: SourceFile[];
  /** True where no line says plainly that it listens on PORT. */
  guess: boolean;
};

export type SuiteDraft = Omit<Suite, 'id' | 'timeoutMs'>;

export type Reading = { packages: Package[]; toolchains: Toolchain[]; services: ServiceDraft[]; suites: SuiteDraft[]; findings: Finding[] };

export const emptyReading = (): Reading => ({ packages: [], toolchains: [], services: [], suites: [], findings: [] });
