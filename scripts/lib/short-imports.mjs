// Short names for what the wasm imports from its glue. wasm-bindgen's end in 16 random digits, which stand once in the wasm
// and once in the glue and which no compression removes: 1.7 KB of what a page loads. The first of the new names holds a
// hash of both files instead, so that a wasm of another build is refused at its instantiation as before.
import { createHash } from 'node:crypto';

const functionKind = 0;
const importSection = 2;

/**
 * @param {Uint8Array} wasm
 * @param {string} glue
 * @returns {{ wasm: Uint8Array, glue: string }}
 */
export function shortImports(wasm, glue) {
  const build = createHash('sha256').update(wasm).update(glue).digest('hex').slice(0, 8);
  const { imports, start, end } = readImports(wasm);
  const short = ({ name }, index) => ({ name, alias: index === 0 ? `i_${build}` : `i${index.toString(36)}` });
  const names = imports.map(short);
  return {
    wasm: withSection(wasm, start, end, imports, names),
    glue: `${names.reduce(unexported, glue)}\nexport { ${names.map(({ name, alias }) => `${name} as ${alias}`).join(', ')} };\n`,
  };
}

function unexported(glue, { name }) {
  const declaration = `function ${name}(`;
  if (!glue.includes(`export ${declaration}`)) throw new Error(`the glue lacks ${name}, which the wasm imports`);
  return glue.replace(`export ${declaration}`, declaration);
}

/** The imports, and where their section starts and ends. */
function readImports(wasm) {
  let at = 8;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      value |= (wasm[at] & 127) << shift;
      if (wasm[at++] < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return new TextDecoder().decode(wasm.subarray(at - length, at));
  };
  const functionImport = () => {
    const [module, name] = [text(), text()];
    if (wasm[at++] !== functionKind) throw new Error(`the import ${name} is not a function`);
    return { module, name, type: number() };
  };

  while (at < wasm.length) {
    const start = at;
    const id = wasm[at++];
    const end = number() + at;
    if (id === importSection) return { start, end, imports: Array.from({ length: number() }, functionImport) };
    at = end;
  }
  throw new Error('the wasm imports nothing');
}

function withSection(wasm, start, end, imports, names) {
  const content = imports.flatMap(({ module, type }, index) => [
    ...sized(Buffer.from(module)),
    ...sized(Buffer.from(names[index].alias)),
    functionKind,
    ...leb128(type),
  ]);
  const section = [importSection, ...sized([...leb128(imports.length), ...content])];
  return Buffer.concat([wasm.subarray(0, start), Buffer.from(section), wasm.subarray(end)]);
}

const sized = (bytes) => [...leb128(bytes.length), ...bytes];
const leb128 = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...leb128(value >>> 7)]);
