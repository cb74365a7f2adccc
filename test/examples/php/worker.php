<?php

declare(strict_types=1);

/**
 * Works the spool off: php worker.php SPOOL CATALOGUE, from cron or a timer. Says what it has worked on, an event a line.
 *
 * A file that has been worked off becomes empty and stays, so that a duplicate is recognised; one older than a day may be removed.
 */

const STATES = [
    'com.akeneo.pim.v1.product.created' => 'to refresh',
    'com.akeneo.pim.v1.product.updated' => 'to refresh',
    'com.akeneo.pim.v1.product.deleted' => 'deleted',
];

/**
 * Notes what an event says of a product, unless a later one, by its own time, has spoken already. A deleted product stays known, or
 * an older update that comes later would bring it back.
 */
function apply(array $catalogue, array $event): array
{
    $state = STATES[$event['type']] ?? null;
    // Whatever else the platform sends, today or after its next release, is not about us.
    if ($state === null) {
        return $catalogue;
    }
    $uuid = $event['data']['product']['uuid'] ?? null;
    if (!is_string($uuid)) {
        throw new UnexpectedValueException("event {$event['id']} names no product");
    }
    // Times are in whole seconds; within one, ids decide: a UUIDv7 begins with its millisecond.
    $at = [(new DateTimeImmutable($event['time']))->format('U.u'), $event['id']];
    if (!isset($catalogue[$uuid]) || $at > $catalogue[$uuid]['at']) {
        $catalogue[$uuid] = ['state' => $state, 'at' => $at];
    }

    return $catalogue;
}

/** Puts a file there that is whole, whatever happens meanwhile. */
function replace(string $file, string $contents): void
{
    file_put_contents("$file.part", $contents);
    rename("$file.part", $file);
}

function workOff(string $spool, string $file): void
{
    $catalogue = is_file($file) ? json_decode(file_get_contents($file), true, flags: JSON_THROW_ON_ERROR) : [];
    $done = [];
    foreach (glob("$spool/*.json") as $path) {
        if (filesize($path) === 0) {
            continue;
        }
        try {
            $event = json_decode(file_get_contents($path), true, flags: JSON_THROW_ON_ERROR);
            $catalogue = apply($catalogue, $event);
            $done[] = $path;
            echo $event['id'], "\n";
        } catch (Throwable $error) {
            // For a person to look at: the platform was told 200 and does not send it again.
            copy($path, "$path.parked");
            $done[] = $path;
            fwrite(STDERR, "{$error->getMessage()}\n");
        }
    }
    // The catalogue first: after a crash in between the same events are worked off again, which changes nothing.
    replace($file, json_encode($catalogue, JSON_THROW_ON_ERROR | JSON_PRETTY_PRINT));
    foreach ($done as $path) {
        file_put_contents($path, '');
    }
}

if ($argc !== 3) {
    fwrite(STDERR, "php worker.php SPOOL CATALOGUE\n");
    exit(2);
}
// One worker at a time.
$lock = fopen("$argv[2].lock", 'c');
flock($lock, LOCK_EX);
workOff($argv[1], $argv[2]);
