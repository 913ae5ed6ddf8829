declare module 'amd-module' {
  const module: { uri?: string } | undefined;
  export default module;
}

declare module '*.svg' {
  const url: string;
  export default url;
}
