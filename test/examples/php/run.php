<?php

declare(strict_types=1);

/** Run with a mock of its own: aep-mock exec --allow-http --clock virtual --seed 1 -- php run.php */

require __DIR__ . '/aep.php';
require __DIR__ . '/application.php';

const SECRET = 'the-secret-of-our-subscription';
const UUID = '5d3f2c1a-8b7e-4f60-9a1b-2c3d4e5f6a7b';
const PRODUCT = ['data.product.uuid' => UUID];

function same(mixed $expected, mixed $actual, string $what): void
{
    if ($expected !== $actual) {
        [$wanted, $got] = [json_encode($expected), json_encode($actual)];
        throw new RuntimeException("$what: expected $wanted, got $got");
    }
}

$tests = [
    'a signed event is taken at once and worked off later' => function (Aep $aep, Application $app): void {
        $id = $aep->publish('product.updated', PRODUCT);
        $aep->call('POST', 'clock/run-until-idle');
        $query = ['event_id' => $id, 'data' => ['product' => ['uuid' => UUID]], 'duplicate' => false, 'count' => 1];
        $aep->call('POST', 'expect/delivered', $query);
        same([$id], $app->work(), 'worked off');
        same([UUID => 'to refresh'], $app->products(), 'products');
    },

    'a forged event is refused and never worked off' => function (Aep $aep, Application $app): void {
        foreach (['corruptSignature', 'missingSignature'] as $forgery) {
            $aep->call('PUT', 'faults', [$forgery => true]);
            $id = $aep->publish('product.updated', PRODUCT);
            $aep->call('POST', 'clock/run-until-idle');
            $aep->call('POST', 'expect/never', ['event_id' => $id]);
            same(401, $aep->deliveries($id)[0]['attempts'][0]['outcome']['status'], 'answer');
        }
        same([], $app->work(), 'worked off');
    },

    'while a secret is being changed, either one will do' => function (Aep $aep, Application $app): void {
        $aep->call('POST', 'reset');
        $secrets = ['secret' => 'the-secret-that-comes-next', 'secondary_secret' => SECRET];
        $aep->call('POST', 'subscribe', ['url' => $app->url, ...$secrets]);
        $id = $aep->publish('product.updated', PRODUCT);
        $aep->call('POST', 'clock/run-until-idle');
        same([$id], $app->work(), 'worked off');
    },

    'an event that comes twice is worked off once' => function (Aep $aep, Application $app): void {
        $aep->call('POST', 'faults', ['duplicate' => '10m']);
        $id = $aep->publish('product.updated', PRODUCT);
        $aep->call('POST', 'drain');
        $aep->call('POST', 'clock/advance', ['by' => '1m']);
        $worked = $app->work();
        // The second comes when the first has been worked off.
        $aep->call('POST', 'clock/run-until-idle');
        same(2, count($aep->deliveries($id)), 'deliveries');
        same([$id], [...$worked, ...$app->work()], 'worked off');
    },

    'an event whose answer was lost is worked off once' => function (Aep $aep, Application $app): void {
        $aep->call('POST', 'faults', ['reset' => true, 'reached' => true, 'first' => 1]);
        $id = $aep->publish('product.updated', PRODUCT);
        $aep->call('POST', 'drain');
        $worked = $app->work();
        $aep->call('POST', 'clock/run-until-idle');
        same([$id], [...$worked, ...$app->work()], 'worked off');
    },

    'an update that arrives after a later deletion does not bring the product back' =>
        function (Aep $aep, Application $app): void {
            $aep->publish('product.deleted', ['time' => '2026-01-05T08:00:02Z', ...PRODUCT]);
            $aep->call('POST', 'clock/run-until-idle');
            $app->work();
            $aep->publish('product.updated', ['time' => '2026-01-05T08:00:01Z', ...PRODUCT]);
            $aep->call('POST', 'clock/run-until-idle');
            $app->work();
            same([UUID => 'deleted'], $app->products(), 'products');
        },

    'what could not be kept is sent again five minutes later' => function (Aep $aep, Application $app): void {
        rename($app->spool, "$app->spool.away");
        $id = $aep->publish('product.updated', PRODUCT);
        $aep->call('POST', 'drain');
        rename("$app->spool.away", $app->spool);
        same([], $app->work(), 'worked off at first');

        $aep->call('POST', 'clock/run-until-idle');
        same([$id], $app->work(), 'worked off in the end');
        same(5 * 60_000, $aep->deliveries($id)[0]['attempts'][0]['verdict']['delay_ms'], 'delay of the retry');
    },

    'an event type that we do not know is taken and left alone' => function (Aep $aep, Application $app): void {
        $id = $aep->publish('workflow.task.created');
        $aep->call('POST', 'clock/run-until-idle');
        same([$id], $app->work(), 'worked off');
        same([], $app->products(), 'products');
    },

    'an event that cannot be worked off does not stop the others' => function (Aep $aep, Application $app): void {
        $poison = $aep->publish('product.updated', ['data' => null]);
        $aep->publish('product.updated', PRODUCT);
        $aep->call('POST', 'clock/run-until-idle');
        $app->work();
        same(["$app->spool/$poison.json.parked"], glob("$app->spool/*.parked"), 'parked');
        same([UUID => 'to refresh'], $app->products(), 'products');
    },

    'two hundred events in disorder end as the PIM has them' => function (Aep $aep, Application $app): void {
        $published = [];
        for ($n = 0; $n < 200; $n++) {
            $uuid = sprintf('00000000-0000-4000-8000-%012d', $n % 20);
            $isDeletion = $n % 7 === 6;
            $time = sprintf('2026-01-05T08:%02d:%02dZ', intdiv($n, 60), $n % 60);
            $fields = ['time' => $time, 'data.product.uuid' => $uuid];
            $id = $aep->publish($isDeletion ? 'product.deleted' : 'product.updated', $fields);
            $published[$id] = [$uuid => $isDeletion ? 'deleted' : 'to refresh'];
        }
        $aep->call('POST', 'clock/run-until-idle');
        $worked = $app->work();
        // A hostile platform signs a delivery wrongly now and then; that one is refused, and lost.
        $taken = array_intersect_key($published, array_flip($worked));
        $expected = array_merge(...array_values($taken));
        $products = $app->products();
        ksort($expected);
        ksort($products);
        same($expected, $products, 'products');
        same(count($taken), count($worked), 'worked off');
        $delivered = $aep->call('POST', 'expect/delivered', ['type' => 'product.*'])['items'];
        same([], array_diff(array_column($delivered, 'event_id'), $worked), 'acknowledged and not worked off');
    },
];

$aep = new Aep();
$failed = 0;
foreach ($tests as $name => $test) {
    // Every test begins with an empty application and a platform that knows nobody else.
    $aep->call('POST', 'reset');
    $app = new Application(SECRET);
    try {
        $aep->call('POST', 'subscribe', ['url' => $app->url, 'secret' => SECRET]);
        $test($aep, $app);
        echo "ok      $name\n";
    } catch (Throwable $error) {
        $failed++;
        echo "FAILED  $name\n{$error->getMessage()}\n{$error->getFile()}:{$error->getLine()}\n";
    } finally {
        $app->stop();
    }
}
printf("%d of %d tests passed\n", count($tests) - $failed, count($tests));
exit($failed === 0 ? 0 : 1);
