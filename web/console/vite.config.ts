import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'postcss'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'

const TYPE = /^(font|font-size|line-height|--el-font-size-.+|--el-font-line-height-.+)$/

/** Large text without a second style sheet: each px of a font size or line height is multiplied by --text, in Element Plus's sheets too. */
const textScale: Plugin = {
  postcssPlugin: 'text-scale',
  Declaration(rule) {
    if (!TYPE.test(rule.prop) || rule.value.includes('var(--text)')) return
    rule.value = rule.value.replace(/\b(\d*\.?\d+)px\b/g, 'calc($1px * var(--text))')
  },
}

// Old office desktops carry Chromium 100. OUT is set by the crate that embeds the result.
export default defineConfig({
  base: '/staff/',
  plugins: [vue(), Components({ resolvers: [ElementPlusResolver()], dts: false })],
  css: { postcss: { plugins: [textScale] } },
  build: { target: 'chrome100', outDir: process.env.YIWANG_WEB_OUT ? `${process.env.YIWANG_WEB_OUT}/console` : 'dist', emptyOutDir: true },
  // The server compares Origin with Host: both must stay those of the page.
  server: { proxy: { '/api': { target: process.env.YIWANG_SERVER ?? 'http://127.0.0.1:8080', changeOrigin: false } } },
})
