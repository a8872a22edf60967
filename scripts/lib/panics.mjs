// Takes out of a wasm what words a panic: nobody reads it, since a panic ends the wasm without a word. Stable Rust leaves in it the
// failed allocation that says its size, and with it number formatting, some texts, and the paths of the standard library.
// Binaryen is imported late: this file is loaded before anything is installed.

/** What panics. */
const panics = /__rdl_alloc_error_handler|alloc7raw_vec(12handle_error|17capacity_overflow)|core9panicking/;
/** What it alone formats with. */
const formatting = /core3fmt.*(12pad_integral|Display3fmt)/;
/** What would show that the library itself formats. */
const anyFormatting = /core3fmt/;

const texts = [
  /\/rustc\/[0-9a-f]{40}\/library[\w/.]+\.rs/g,
  /memory allocation of /g,
  / bytes failed/g,
  /capacity overflow/g,
  /000102030405\d+9899/g,
];

/** What the linker exports, and nobody uses. */
const unusedExports = ['__heap_base', '__data_end'];

const features = ['BulkMemory', 'Multivalue', 'MutableGlobals', 'NontrappingFPToInt', 'ReferenceTypes', 'SignExt'];

/** The same module, with `unreachable` and zeros in their place. */
export async function withoutPanicTexts(wasm) {
  const { default: binaryen } = await import('binaryen');
  const module = binaryen.readBinary(wasm);
  module.setFeatures(features.reduce((all, name) => all | binaryen.Features[name], 0));
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const place = module.getFunctionByIndex(index);
    const { name, base } = binaryen.getFunctionInfo(place);
    if (base) continue;
    if (panics.test(name) || formatting.test(name)) binaryen.Function.setBody(place, module.unreachable());
    else if (anyFormatting.test(name)) throw new Error(`the wasm formats text, which src/core/text.rs is for: ${name}`);
  }
  for (const name of unusedExports) module.removeExport(name);
  const stubbed = Buffer.from(module.emitBinary()).toString('latin1');
  module.dispose();
  return Buffer.from(texts.reduce(blanked, stubbed), 'latin1');
}

function blanked(module, text) {
  if (!module.match(text)) throw new Error(`the wasm holds no ${text} any more, so that need not be blanked`);
  return module.replace(text, (found) => '\0'.repeat(found.length));
}
