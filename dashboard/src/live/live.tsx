import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { carillon } from '../client.ts'
import { createLiveCache } from './live-cache.ts'

type Connection = 'connecting' | 'live' | 'offline'

const ConnectionContext = createContext<Connection>('connecting')

export const useConnection = () => useContext(ConnectionContext)

/** While it is mounted, what the server reports changes what the pages show. */
export function Live({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const [connection, setConnection] = useState<Connection>('connecting')

  useEffect(() => {
    const cache = createLiveCache(queryClient)
    let first = true
    const socket = carillon.connectRealtime({
      onEvent: cache.apply,
      onGap: cache.catchUp,
      onState(state) {
        setConnection(state)
        if (state !== 'live' || !first) return
        // What changed between the first requests and now was told to nobody. Later breaks resume where they were.
        first = false
        cache.catchUp()
      },
    })
    const retryNow = () => socket.retryNow()
    window.addEventListener('online', retryNow)
    return () => {
      window.removeEventListener('online', retryNow)
      socket.close()
      cache.stop()
    }
  }, [queryClient])

  return <ConnectionContext value={connection}>{children}</ConnectionContext>
}
