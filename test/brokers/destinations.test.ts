import { describe } from 'vitest';
import { destinationContract } from '../destinations/contract.ts';
import { brokerKits } from './kits.ts';

describe.each(brokerKits)('$name', destinationContract);
