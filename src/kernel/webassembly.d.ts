/** As much of the WebAssembly interface as the kernel's host uses (neither es2023 nor Node's types declare it). */
declare namespace WebAssembly {
  type ModuleImports = Record<string, (...numbers: number[]) => unknown>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, ModuleImports>);
    readonly exports: Record<string, unknown>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
}
