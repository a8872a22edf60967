// `node scripts/find-orders.mjs [seconds]`: looks for orders under which the default entry, as it was built, compresses better, and
// keeps them in scripts/lib/orders.json. Worth it where the wasm has changed much. What an application's own bundler makes of
// the package counts as much: an order that suits the text around it alone is no gain to anybody.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { pack } from './lib/pack.mjs';
import { at } from './lib/project.mjs';
import { brotli } from './lib/sizes.mjs';
import { optimised } from './lib/wasm.mjs';

const file = at('scripts', 'lib', 'orders.json');
const end = Date.now() + Number(process.argv[2] ?? 300) * 1_000;

const wasm = readFileSync(optimised);
const entry = readFileSync(at('dist', 'index.js'), 'utf8');
const carried = streamsUnder();
if (!entry.includes(carried)) throw new Error('dist/index.js is not of this wasm and these orders: npm run build');
let orders = JSON.parse(readFileSync(file, 'utf8'));
let size = await sizeUnder(orders);
console.log(`${size} bytes after brotli, as it is and within a bundle`);
while (Date.now() < end) {
  const changed = structuredClone(orders);
  change(changed);
  const found = await sizeUnder(changed);
  if (found > size) continue;
  if (found < size) console.log(`${found} bytes`);
  [orders, size] = [changed, found];
}
writeFileSync(file, `${JSON.stringify(orders, null, 2)}\n`);

async function sizeUnder(tried) {
  const text = entry.replace(carried, () => streamsUnder(tried));
  return brotli(Buffer.from(text)) + brotli(Buffer.from(await bundled(text)));
}

/** What an application's bundler makes of an entry: its names go by the bytes in the text, the streams' too. */
async function bundled(text) {
  const stdin = { contents: "export * from './dist/index.js'", resolveDir: at() };
  const setup = ({ onLoad }) => onLoad({ filter: /index\.js$/ }, () => ({ contents: text }));
  const plugins = [{ name: 'tried', setup }];
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: 'esm', write: false, plugins });
  return outputFiles[0].text;
}

/** As they stand in the entry. */
function streamsUnder(tried) {
  return JSON.stringify(pack(wasm, tried).streams);
}

/** Moves a stream, or exchanges two bytes in the order of one, or leaves out its last ones, which then follow in their own. */
function change({ streams, bytes }) {
  const name = pick([...Object.keys(bytes), 'streams']);
  if (name === 'streams') {
    const [moved] = streams.splice(random(streams.length), 1);
    streams.splice(random(streams.length + 1), 0, moved);
  } else {
    const order = bytes[name].match(/../g);
    if (order.length > 8 && random(4) === 0) order.splice(order.length - random(8));
    const [one, other] = [random(order.length), random(order.length)];
    [order[one], order[other]] = [order[other], order[one]];
    bytes[name] = order.join('');
  }
}

function pick(choices) {
  return choices[random(choices.length)];
}

function random(below) {
  return Math.floor(Math.random() * below);
}
