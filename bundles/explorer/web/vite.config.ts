import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import vuetify from 'vite-plugin-vuetify'
import { defineConfig } from 'vite'

const server = process.env.ISENGARD_URL ?? 'http://127.0.0.1:8042'

const absent = fileURLToPath(new URL('./src/viewer/absent.ts', import.meta.url))

export default defineConfig(({ command }) => ({
  // Relative addresses: the page works below any prefix of a reverse proxy.
  base: command === 'build' ? './' : '/app/',
  logLevel: command === 'build' ? 'warn' : 'info',
  plugins: [vue(), vuetify({ autoImport: true })],
  resolve: {
    alias: [
      { find: '@', replacement: fileURLToPath(new URL('./src', import.meta.url)) },
      // The writer of VTK files wants Node's modules, and the worker of segment statistics has another three megabytes.
      { find: 'xmlbuilder2', replacement: absent },
      { find: /^.*\/registerComputeWorker\.js$/, replacement: absent },
    ],
  },
  define: {
    __VUE_OPTIONS_API__: true,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  // The decoders of images run in a worker that loads each codec when it first needs it.
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['@cornerstonejs/dicom-image-loader'], include: ['dicom-parser'] },
  build: {
    manifest: true,
    // No image or font inside scripts: the sizes stay honest, and each file has its own type.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rollupOptions: { input: 'explorer.html' },
  },
  // `npm run dev` shows the page at /app/explorer.html and takes everything else from a running server.
  server: { proxy: { '^/(?!app/)': { target: server } } },
}))
