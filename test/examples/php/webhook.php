<?php

declare(strict_types=1);

/**
 * The endpoint of the subscription: verifies, keeps the event in a spool directory, answers. worker.php does the work later.
 *
 * AEP_WEBHOOK_SECRET is the secret of the subscription, AEP_WEBHOOK_SECRET_OLD the one before while it is being changed,
 * AEP_SPOOL a directory that both scripts may write to.
 */

/** Whether one of the signatures was made over exactly these bytes with one of our secrets. */
function isSigned(string $body, array $signatures, array $secrets): bool
{
    foreach ($secrets as $secret) {
        $expected = hash_hmac('sha256', $body, $secret);
        foreach ($signatures as $signature) {
            // In constant time: how long it takes must not tell how much of a guess is right.
            if (hash_equals($expected, $signature)) {
                return true;
            }
        }
    }

    return false;
}

/** Keeps an event under its id. One that is there already, worked off or not, stays as it is: it is a duplicate. */
function spool(string $directory, string $id, string $body): bool
{
    $part = "$directory/" . bin2hex(random_bytes(8)) . '.part';
    if (@file_put_contents($part, $body) !== strlen($body)) {
        return false;
    }
    // Linking is exclusive, and what it puts there is whole: of two that come at once, one wins.
    $file = "$directory/$id.json";
    $kept = @link($part, $file) || file_exists($file);
    unlink($part);

    return $kept;
}

function handle(): int
{
    $method = $_SERVER['REQUEST_METHOD'];
    // The platform asks with HEAD whether somebody is there before it takes a subscription.
    if ($method === 'HEAD') {
        return 200;
    }
    if ($method !== 'POST') {
        return 405;
    }
    $secrets = array_filter([getenv('AEP_WEBHOOK_SECRET'), getenv('AEP_WEBHOOK_SECRET_OLD')]);
    $signatures = array_filter([
        $_SERVER['HTTP_X_AKENEO_SIGNATURE_PRIMARY'] ?? null,
        $_SERVER['HTTP_X_AKENEO_SIGNATURE_SECONDARY'] ?? null,
    ]);
    // The bytes as they came: a body that was decoded and encoded again has another signature.
    $body = file_get_contents('php://input');
    if (!isSigned($body, $signatures, $secrets)) {
        return 401;
    }
    $event = json_decode($body, true);
    $id = $event['id'] ?? null;
    // The id becomes the name of a file.
    if (!is_string($id) || !preg_match('/^[0-9a-f-]{36}$/D', $id)) {
        return 400;
    }

    // What could not be kept has not arrived: the platform tries again after a 503.
    return spool((string) getenv('AEP_SPOOL'), $id, $body) ? 200 : 503;
}

http_response_code(handle());
