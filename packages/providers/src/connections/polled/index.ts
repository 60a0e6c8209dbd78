// Generated from the files of this folder by "npm run providers -- --write". Do not edit.
// biome-ignore-all assist/source/organizeImports: in the order of the file names
import type { Connectable } from '../connectable.ts';
import { spotify } from './spotify.ts';

export const POLLED_SERVICES: readonly Connectable[] = [spotify];
