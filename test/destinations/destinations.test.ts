import { describe } from 'vitest';
import { destinationContract } from './contract.ts';
import { kits } from './kits.ts';

describe.each(kits)('$name', destinationContract);
