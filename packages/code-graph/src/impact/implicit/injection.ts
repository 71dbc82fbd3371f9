// What a container hands out: an implementation for whoever asks for its interface. Pure.
import { type Answer, type Candidate, type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

export const CODE = /\.(java|kt|cs|php|[mc]?[jt]sx?|py|scala)$/;
/** `class A extends B implements C, D`, `class A(x: X) : B(), C`, `class A(B):`. */
const CLASS = /\bclass\s+\w+(?:<[^>{]*>)?(?:\s*(?:@\w+\s*)?\([^()]*\))?\s*(?:(?:extends|implements|:)\s*([^{]+?)\s*(?:\{|$|\bwhere\b)|\(([^()]*)\)\s*:)/gm;
/** Types that everybody extends and nobody asks a container for. */
const COMMON =
  /^(Serializable|Comparable|Runnable|Callable|Cloneable|Iterable|Iterator|Object|Error|\w*Exception|\w*Error|Component|PureComponent|HTMLElement|EventEmitter|IDisposable|Controller|ControllerBase|Model|BaseModel|TestCase|ABC|Enum|Protocol|Generic|Record|Thread|Dict|List|Exception|Transform|Readable|Writable|Duplex|\w*Test\w*)$/;

const bare = (type: string): string =>
  type
    .replace(/<.*$/s, '')
    .replace(/\(.*$/s, '')
    .trim()
    .split(/[\s.\\]/)
    .at(-1) ?? '';

export const injection: Detector = {
  kind: 'injection',
  signals(source, path): Signal[] {
    if (!CODE.test(path)) return [];
    return signalsOf(withoutComments(source), CLASS, (match) => match[1] ?? match[2]).flatMap((signal) =>
      signal.name
        .replaceAll(/<[^<>]*>/g, '')
        .split(/,|\bimplements\b|\bextends\b|\bwith\b/)
        .map(bare)
        .filter((name) => /^[A-Z]\w{2,}$/.test(name) && !COMMON.test(name))
        .map((name) => ({ ...signal, name })),
    );
  },
  needle: (name) => name,
  answer: (name, candidate) => (CODE.test(candidate.path) || /\.(xml|ya?ml)$/.test(candidate.path) ? holdsType(name, candidate) : null),
  additionsMatter: true,
  blocks: true,
};

/** Whether `candidate` is given a thing of this type, or asks a container for one. */
export function holdsType(name: string, { path, source }: Candidate): Answer | null {
  const n = escaped(name);
  const text = withoutComments(source);
  const asked = firstLine(
    text,
    new RegExp(
      `\\b(?:inject|get|resolve|make|getBean|lookup|Inject|Named|Qualifier|Resource|Provides?|fromContainer|app|Autowired|ref)\\w*\\(?\\s*(?:name\\s*=\\s*)?["'\`]${n}["'\`]|\\bref=["']${n}["']`,
    ),
  );
  if (asked) return { line: asked.line, confidence: 0.8, text: `asks the container for "${name}"` };
  if (!/^[A-Z]/.test(name)) return null;
  if (/\.(xml|ya?ml)$/.test(path)) {
    const told = firstLine(text, new RegExp(`(?:[\\w.\\\\]+[.\\\\])${n}\\b`));
    return told && { line: told.line, confidence: 0.7, text: `tells the container about ${name}` };
  }
  const typed = firstLine(
    text,
    new RegExp(
      `\\b(?:get|resolve|make|inject|GetService|GetRequiredService|getBean|bind|instance)\\w*(?:<\\s*${n}\\s*>|\\(\\s*(?:typeof\\()?\\\\?${n}(?:::class|\\.class|\\))?)`,
    ),
  );
  if (typed) return { line: typed.line, confidence: 0.8, text: `asks the container for ${name}` };
  // A field or a parameter of the type, in a language whose containers fill it in.
  if (/\.(py|jsx?|mjs|cjs)$/.test(path) || new RegExp(`\\b(?:interface|class|trait)\\s+${n}\\b`).test(text)) return null;
  const held = firstLine(
    text,
    /\.(ts|tsx|mts|kt|scala)$/.test(path)
      ? new RegExp(`\\b\\w+\\??\\s*:\\s*${n}\\b(?!\\s*\\()`)
      : new RegExp(`(?<![.\\w])\\??${n}(?:<[^>]*>)?\\s+\\$?\\w+\\s*[,;)=]`),
  );
  const injected =
    /@(Autowired|Inject|Injectable|Resource|RequiredArgsConstructor|Component|Service|Controller|RestController|Module|MockBean|SpringBootTest)\b|\bconstructor\s*\(|__construct|\binject\(|\bIServiceProvider\b|\breadonly\s/.test(
      text,
    );
  return held && injected ? { line: held.line, confidence: 0.6, text: `is given a ${name}, which may be this one` } : null;
}
