// Runs in Node and in a page: imports a module and tells what the import did.
export async function effectsOfImport(specifier) {
  const calls = [];
  const watched = {
    globalThis: ['fetch', 'setTimeout', 'setInterval', 'queueMicrotask', 'addEventListener', 'requestIdleCallback'],
    WebAssembly: ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming', 'Module', 'Instance', 'Memory'],
    document: ['addEventListener', 'createElement'],
    console: ['log', 'info', 'warn', 'error'],
  };
  const undo = Object.entries(watched).flatMap(([owner, names]) =>
    names.flatMap((name) => watch(globalThis[owner], name, () => calls.push(`${owner}.${name}`))),
  );
  const globals = Object.getOwnPropertyNames(globalThis);
  try {
    const names = Object.keys(await import(specifier)).sort();
    const added = Object.getOwnPropertyNames(globalThis).filter((name) => !globals.includes(name));
    return { names, calls, added };
  } finally {
    for (const restore of undo) restore();
  }
}

function watch(owner, name, tell) {
  const original = owner?.[name];
  if (typeof original !== 'function') return [];
  owner[name] = new Proxy(original, {
    apply(target, self, args) {
      tell();
      return Reflect.apply(target, self, args);
    },
    construct(target, args) {
      tell();
      return Reflect.construct(target, args);
    },
  });
  return [
    () => {
      owner[name] = original;
    },
  ];
}
