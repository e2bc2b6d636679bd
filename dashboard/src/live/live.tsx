import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { createLiveCache } from './live-cache.ts'
import { type Connection, connectRealtime } from './socket.ts'

const ConnectionContext = createContext<Connection>('connecting')

export const useConnection = () => useContext(ConnectionContext)

/** While it is mounted, what the server reports changes what the pages show. */
export function Live({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const [connection, setConnection] = useState<Connection>('connecting')

  useEffect(() => {
    const cache = createLiveCache(queryClient)
    let broken = false
    const stop = connectRealtime({
      onFrame: cache.apply,
      onConnection(state) {
        setConnection(state)
        if (state === 'offline') broken = true
        if (state !== 'live' || !broken) return
        broken = false
        cache.catchUp()
      },
    })
    return () => {
      stop()
      cache.stop()
    }
  }, [queryClient])

  return <ConnectionContext value={connection}>{children}</ConnectionContext>
}
