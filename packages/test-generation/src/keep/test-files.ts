// Which files of a repository are tests, and of which language. Pure.

const TESTS: Readonly<Record<'js' | 'python' | 'go', RegExp>> = {
  js: /([._-](test|spec)\.[cm]?[jt]sx?$)|((^|\/)(__tests__|tests?)\/.*\.[cm]?[jt]sx?$)|((^|\/)test\.[cm]?[jt]s$)/,
  python: /((^|\/)test_[^/]*|_test)\.py$|(^|\/)tests?\.py$/,
  go: /_test\.go$/,
};

export const isTestOf = (language: 'js' | 'python' | 'go', path: string): boolean =>
  TESTS[language].test(path) && !/(^|\/)(node_modules|vendor|fixtures|testdata)\//.test(path);

export const isTestFile = (path: string): boolean => (['js', 'python', 'go'] as const).some((language) => isTestOf(language, path));
