import { createContext, use } from 'react';

/** Opens the lookup with words in it. */
export type OpenLookup = (words?: string) => void;

export const LookupContext = createContext<OpenLookup>(() => {});

export const useOpenLookup = (): OpenLookup => use(LookupContext);
