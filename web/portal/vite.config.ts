import { defineConfig } from 'vite'

// One small script for the public pages; OUT is set by the crate that embeds the result.
export default defineConfig({
  base: '/assets/',
  build: {
    target: 'chrome79',
    outDir: process.env.YIWANG_WEB_OUT ? `${process.env.YIWANG_WEB_OUT}/portal` : 'dist',
    emptyOutDir: true,
    rollupOptions: { input: 'src/main.ts', output: { entryFileNames: 'portal-[hash].js' } },
  },
})
