import type { Rng } from '../core/rng.ts';
import type { AssetValueChange } from './delta-data.ts';
import { drawFileKey } from './draw-value.ts';
import { type Fact, fact } from './facts.ts';
import type { Asset, Pim } from './pim.ts';

interface AssetSlot {
  attribute: string;
  type: 'media_file' | 'text';
  locale: string | null;
  channel: string | null;
}

/** What an asset can hold. */
const slotsOf = (pim: Pim): AssetSlot[] => [
  { attribute: 'media', type: 'media_file', locale: null, channel: null },
  ...pim.places.flatMap(({ locale, scope }): AssetSlot[] => [
    { attribute: 'caption', type: 'text', locale, channel: scope },
  ]),
  ...pim.channels.map(
    ({ code }): AssetSlot => ({ attribute: 'variation', type: 'media_file', locale: null, channel: code }),
  ),
];

function drawAssetValue(pim: Pim, rng: Rng, { type }: AssetSlot): string {
  if (type === 'text') return rng.pick(pim.vocabulary.productNames);
  return drawFileKey(rng, `${rng.pick(pim.vocabulary.fileNames)}.jpg`);
}

/** Changes one or two values of an asset. Never nothing. */
export function editAsset(pim: Pim, asset: Asset): Record<string, AssetValueChange[]> {
  const rng = pim.dice.assets;
  const slots = slotsOf(pim);
  const chosen = new Set(Array.from({ length: rng.int(1, 2) }, () => rng.pick(slots)));
  const changes: Record<string, AssetValueChange[]> = {};
  for (const slot of chosen) {
    const { attribute, ...place } = slot;
    const key = `${attribute}/${place.locale ?? '*'}/${place.channel ?? '*'}`;
    const previous = asset.values.get(key) ?? null;
    let next: string | null = previous !== null && rng.chance(0.1) ? null : drawAssetValue(pim, rng, slot);
    while (next === previous) next = drawAssetValue(pim, rng, slot);
    if (next === null) asset.values.delete(key);
    else asset.values.set(key, next);
    changes[attribute] = [...(changes[attribute] ?? []), { previous, new: next, ...place }];
  }
  return changes;
}

const reference = (asset: Asset) => ({ asset_family: { code: asset.family }, code: asset.code });

export const assetUpdated = (asset: Asset): Fact =>
  fact('com.akeneo.pim.v1.asset.updated', { asset: reference(asset) });

export const assetDelta = (asset: Asset, values: Record<string, AssetValueChange[]>): Fact =>
  fact('com.akeneo.pim.v1.asset.updated.delta', { asset: { ...reference(asset), changes: { values } } });
