import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Where `vite` in development finds the server it shows. */
const SERVER = 'http://127.0.0.1:3000'
const DIST = join(import.meta.dirname, 'dist')
/** Below this a packet holds it either way. */
const WORTH_COMPRESSING_BYTES = 1_400

/** Puts a `.br` and a `.gz` beside each asset, which the server hands out as they are. */
const compressAssets = (): Plugin => ({
  name: 'compress-assets',
  apply: 'build',
  closeBundle() {
    const folder = join(DIST, 'assets')
    for (const name of readdirSync(folder)) {
      if (!/\.(?:js|css|svg)$/.test(name)) continue
      const content = readFileSync(join(folder, name))
      if (content.length < WORTH_COMPRESSING_BYTES) continue
      writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
      writeFileSync(
        join(folder, `${name}.br`),
        brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
      )
    }
  },
})

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressAssets()],
  build: {
    outDir: DIST,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // A few files instead of forty: a browser asks for six at a time. What several pages share comes with the first.
        codeSplitting: {
          groups: [
            {
              name: 'framework',
              test: /node_modules\/(?:react|react-dom|scheduler|@tanstack|i18next|react-i18next)\//,
            },
            { name: 'shared', minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/v1': { target: SERVER, ws: true }, '/api': SERVER, '/docs': SERVER, '/openapi.json': SERVER },
  },
})
