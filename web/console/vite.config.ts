import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'

// Old office desktops carry Chromium 100. OUT is set by the crate that embeds the result.
export default defineConfig({
  base: '/staff/',
  plugins: [vue(), Components({ resolvers: [ElementPlusResolver()], dts: false })],
  build: { target: 'chrome100', outDir: process.env.YIWANG_WEB_OUT ? `${process.env.YIWANG_WEB_OUT}/console` : 'dist', emptyOutDir: true },
  server: { proxy: { '/api': process.env.YIWANG_SERVER ?? 'http://127.0.0.1:8080' } },
})
