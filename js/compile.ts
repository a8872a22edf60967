/** Brings the compiled module. */
export type Compile = () => Promise<WebAssembly.Module>;
