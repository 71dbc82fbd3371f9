# Loaded by every Python of a run of tests: 400 days later, and chance in another order. A test that notices depends on them.
import datetime
import random
import time

AHEAD = 400 * 86400
real_time, real_datetime, real_date = time.time, datetime.datetime, datetime.date


class Later(real_datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(real_time() + AHEAD, tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(real_time() + AHEAD, datetime.timezone.utc).replace(tzinfo=None)

    @classmethod
    def today(cls):
        return cls.fromtimestamp(real_time() + AHEAD)


class LaterDate(real_date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(real_time() + AHEAD)


time.time = lambda: real_time() + AHEAD
datetime.datetime, datetime.date = Later, LaterDate
random.seed(400)
