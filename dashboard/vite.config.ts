import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `vite` serves the pages in development and hands everything else to a running server (`PORT` 3000). */
const server = 'http://127.0.0.1:3000'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  server: {
    host: '127.0.0.1',
    proxy: { '/v1': { target: server, ws: true }, '/api': server, '/docs': server, '/openapi.json': server },
  },
})
