import { defineConfig } from 'vite'

// One small script for the public pages; OUT is set by the crate that embeds the result.
export default defineConfig({
  base: '/assets/',
  build: {
    target: 'chrome79',
    outDir: process.env.YIWANG_WEB_OUT ? `${process.env.YIWANG_WEB_OUT}/portal` : 'dist',
    emptyOutDir: true,
    // There is one chunk: nothing to load ahead, and no helper for it.
    modulePreload: false,
    rollupOptions: { input: 'src/main.ts', output: { entryFileNames: 'portal-[hash].js' } },
  },
})
